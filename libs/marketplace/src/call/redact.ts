/** Cleans text that came from outside before it goes into an error, a log or a table. */
export type Redact = (text: string) => string;

const SHORTEST_SECRET = 4;

export function createRedactor(secrets: readonly (string | undefined)[]): Redact {
  const known = secrets
    .filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST_SECRET)
    // Longer first: a secret may contain another.
    .sort((a, b) => b.length - a.length);
  return (text) => known.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[redacted]'), text);
}

/** One line of at most `maxLength` characters, without control characters. */
export function boundedLine(text: string, maxLength: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
