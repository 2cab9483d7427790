import { EventEmitter } from "node:events";

export type DefinitionNews = {
  readonly type: string;
  readonly revision: number;
  readonly latestVersion: number;
  readonly by: string;
};

type Events = {
  /** A draft was saved or a version published. */
  readonly definition: [DefinitionNews];
  /** Somebody's access changed: sockets look again at once. */
  readonly access: [];
};

/** What use cases tell the sockets of this process. */
export type News = EventEmitter<Events>;

export function createNews(): News {
  return new EventEmitter<Events>();
}
