import type { Endpoint } from "./endpoint";
import { brokerEndpoints } from "./routes/brokers";
import { deadLetterEndpoints } from "./routes/dead-letters";
import { demoEndpoints } from "./routes/demo";
import { messageEndpoints } from "./routes/messages";
import { queueEndpoints } from "./routes/queues";
import { runEndpoints } from "./routes/runs";
import { sagaEndpoints } from "./routes/sagas";
import { serviceEndpoints } from "./routes/services";
import { settingsEndpoints } from "./routes/settings";
import { subscriptionEndpoints } from "./routes/subscriptions";

/** Every route below `/api/v1`, apart from set-up. */
export const endpoints: readonly Endpoint[] = [
  ...sagaEndpoints,
  ...runEndpoints,
  ...messageEndpoints,
  ...queueEndpoints,
  ...serviceEndpoints,
  ...brokerEndpoints,
  ...deadLetterEndpoints,
  ...subscriptionEndpoints,
  ...settingsEndpoints,
  ...demoEndpoints,
];
