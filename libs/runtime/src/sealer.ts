import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { ConfigError } from './config.js';

export interface MasterKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** A secret as it is stored: JWE compact (dir, A256GCM). */
export interface Sealed {
  readonly sealed: string;
  readonly keyId: string;
}

/**
 * Reads `id:base64,id2:base64`.
 * @param setting the variable that held the text, for the errors
 * @throws ConfigError that names the entry, never its content.
 */
export function parseMasterKeys(setting: string, text: string): MasterKey[] {
  const keys = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const [id = '', encoded = ''] = entry.split(/:(.*)/s);
      const key = Buffer.from(encoded, 'base64');
      if (!/^[\w-]{1,40}$/.test(id) || key.length !== 32) {
        throw new ConfigError(
          `${setting}: entry ${index + 1} is not \`id:base64 of 32 bytes\`. Make a key with: openssl rand -base64 32`,
        );
      }
      return { id, key: new Uint8Array(key) };
    });
  if (keys.length === 0) throw new ConfigError(`${setting} holds no key.`);
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new ConfigError(`${setting} holds the same key id twice.`);
  }
  return keys;
}

/**
 * Encrypts secrets at rest. The context (what the secret belongs to) is authenticated with it, so that a row's secret
 * cannot be moved to another row.
 */
export class Sealer {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly currentKeyId: string;

  /** The first key seals; all open. */
  constructor(masterKeys: readonly MasterKey[]) {
    const [current] = masterKeys;
    if (current === undefined) throw new ConfigError('There is no key to seal with.');
    this.currentKeyId = current.id;
    this.keys = new Map(masterKeys.map(({ id, key }) => [id, key]));
  }

  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  async seal(secret: string, context: string): Promise<Sealed> {
    const sealed = await new CompactEncrypt(new TextEncoder().encode(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.currentKeyId, context })
      .encrypt(this.keyOf(this.currentKeyId));
    return { sealed, keyId: this.currentKeyId };
  }

  /** @throws when the key is missing, the text was changed or belongs to something else. */
  async open(sealed: string, context: string): Promise<string> {
    const { kid } = decodeProtectedHeader(sealed);
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, this.keyOf(kid ?? ''), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader.context !== context) throw new Error(`a sealed secret is not the one of ${context}`);
    return new TextDecoder().decode(plaintext);
  }

  private keyOf(id: string): Uint8Array {
    const key = this.keys.get(id);
    if (key === undefined) throw new Error(`the key ${id}, which sealed something stored, is not configured`);
    return key;
  }
}
