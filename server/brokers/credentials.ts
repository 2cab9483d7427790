import { brokerSecretContext, open, seal } from "../secrets";

export type Credentials = {
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
};

export const noCredentials: Credentials = { user: null, password: null, token: null };

export function sealCredentials(
  secretKey: string,
  name: string,
  credentials: Credentials,
): Uint8Array<ArrayBuffer> | null {
  const { user, password, token } = credentials;
  if (user === null && password === null && token === null) return null;
  return seal(secretKey, brokerSecretContext(name), JSON.stringify({ user, password, token }));
}

/** Throws when they do not open. */
export function openCredentials(secretKey: string, name: string, sealed: Uint8Array | null): Credentials {
  if (sealed === null) return noCredentials;
  return JSON.parse(open(secretKey, brokerSecretContext(name), sealed)) as Credentials;
}
