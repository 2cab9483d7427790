import { EventEmitter } from "node:events";

type Events = {
  /** A draft was saved or a version published. */
  readonly definition: [{ type: string; revision: number; latestVersion: number; by: string }];
  /** Somebody's access changed: sockets look again at once. */
  readonly access: [];
};

/** What use cases tell the sockets of this process. */
export type News = EventEmitter<Events>;

export function createNews(): News {
  return new EventEmitter<Events>();
}
