/**
 * Secrets at rest: AES-256-GCM under a key that the database never sees.
 *
 * Sealed form: one version byte, 12 bytes of nonce, 16 bytes of tag, ciphertext. The context (`service:PaymentService`)
 * is authenticated with it, so a sealed secret moved to another row does not open.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const version = 1;
const nonceLength = 12;
const tagLength = 16;

/** The 32-byte key that `SECRET_KEY` stands for: its SHA-256, so that any long random text will do. */
export function toKey(secretKey: string): Buffer {
  return createHash("sha256").update(secretKey).digest();
}

export function seal(secretKey: string, context: string, text: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", toKey(secretKey), nonce);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]));
}

/** Throws when the key, the context or a byte of the sealed secret is another one. */
export function open(secretKey: string, context: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== version) throw new Error(`Sealed secret has version ${bytes[0]}, expected ${version}`);
  const nonce = bytes.subarray(1, 1 + nonceLength);
  const tag = bytes.subarray(1 + nonceLength, 1 + nonceLength + tagLength);
  const decipher = createDecipheriv("aes-256-gcm", toKey(secretKey), nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(tag);
  return decipher.update(bytes.subarray(1 + nonceLength + tagLength), undefined, "utf8") + decipher.final("utf8");
}

/** What a service's signing secret is sealed for. */
export function serviceSecretContext(name: string): string {
  return `service:${name}`;
}

/** What a broker's credentials are sealed for. */
export function brokerSecretContext(name: string): string {
  return `broker:${name}`;
}

/** What a subscription's signing secret is sealed for. */
export function subscriptionSecretContext(id: string): string {
  return `subscription:${id}`;
}

/** A new Standard Webhooks secret: 32 random bytes. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** SHA-256, hex: how tokens and keys are kept. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
