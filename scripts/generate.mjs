/** Writes the Prisma client into server/generated, without the network. */
import { generateClient } from "./lib/prisma-client.mjs";

generateClient();
