import { isIP } from 'node:net';

const MAX_HOPS = 16;

/** For Fastify: nobody, so many proxies in front, or those with these addresses. */
export type TrustedProxies = false | ((address: string, hop: number) => boolean) | string[];

export const TRUST_PROXY_RULE =
  'it must be false, the number of proxies in front of the gateway (1), or their addresses (10.0.0.0/8, 127.0.0.1). ' +
  'Not true: whoever asks writes the left end of X-Forwarded-For, and would be taken for whom they like';

/** Undefined for a text that is none of them. */
export function trustedProxiesOf(text: string): TrustedProxies | undefined {
  if (text === 'false' || text === '0') return false;
  if (/^\d{1,2}$/.test(text)) {
    const hops = Number(text);
    // As a function: Fastify trusts nobody when it is given a number.
    return hops <= MAX_HOPS ? (_address, hop) => hop < hops : undefined;
  }
  const blocks = text.split(',').map((block) => block.trim());
  return blocks.every(isBlock) ? blocks : undefined;
}

function isBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return (
    bits === undefined ||
    (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128))
  );
}
