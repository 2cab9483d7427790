import type pg from "pg";
import { compile, type Saga } from "@/engine";
import { readVersion } from "./sql/versions";

const most = 1_000;

/** Compiled versions, kept: a published version never changes. Each is read once, however many ask for it at a time. */
export class Sagas {
  readonly #pool: pg.Pool;
  readonly #known = new Map<string, Saga>();
  readonly #loading = new Map<string, Promise<Saga>>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Throws when there is no such version, or it cannot be read or compiled. */
  async get(type: string, version: number): Promise<Saga> {
    const name = nameOf(type, version);
    const known = this.#known.get(name) ?? this.#loading.get(name);
    if (known) return known;
    const loading = this.#load(type, version).finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  peek(type: string, version: number): Saga | undefined {
    return this.#known.get(nameOf(type, version));
  }

  async #load(type: string, version: number): Promise<Saga> {
    const document = await readVersion(this.#pool, type, version);
    if (!document) throw new Error(`There is no version ${version} of ${type}`);
    const saga = compile(document, version);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= most && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(nameOf(type, version), saga);
    return saga;
  }
}

function nameOf(type: string, version: number): string {
  return `${type}/${version}`;
}
