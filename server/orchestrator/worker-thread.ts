/** The worker's own thread: page rendering must not delay a step. Started by `ThreadWorker`. */
import { parentPort, workerData } from "node:worker_threads";
import { createLog } from "../log";
import type { FromThread, ThreadData, ToThread } from "./messages";
import { createOutside } from "./transports/create";
import { Worker } from "./worker";

const reportMs = 500;

async function run(data: ThreadData): Promise<void> {
  const say = (message: FromThread) => parentPort?.postMessage(message);
  const { logLevel, ...rest } = data;
  const log = createLog(logLevel);
  const worker = new Worker({
    ...rest,
    log,
    outside: createOutside({ url: data.url, secretKey: data.secretKey, log }),
    onMoved: (moved) => say({ type: "moved", moved }),
  });
  await worker.begin();
  const report = () => say({ type: "report", report: worker.report() });
  const reports = setInterval(report, reportMs);
  parentPort?.on("message", (message: ToThread) => {
    switch (message.type) {
      case "start":
        worker.start(message.requests).then(
          (answers) => say({ type: "started", id: message.id, answers }),
          (error: unknown) => say({ type: "startFailed", id: message.id, message: String(error) }),
        );
        return;
      case "nudge":
        return worker.nudge();
      case "serviceChanged":
        return worker.serviceChanged();
      case "subscriptionsChanged":
        return worker.subscriptionsChanged();
      case "stop":
        clearInterval(reports);
        void worker.stop().then(() => {
          say({ type: "stopped" });
          parentPort?.close();
        });
    }
  });
  report();
  say({ type: "ready" });
}

await run(workerData as ThreadData);
