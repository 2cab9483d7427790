/** Loaded before a child's own code: when the script that started it is gone, even by kill -9, the child stops. */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
