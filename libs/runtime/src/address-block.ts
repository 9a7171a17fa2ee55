import { isIPv6 } from 'node:net';

/**
 * What one sender holds, to throttle by: an IPv4 address; of IPv6 the /64 that every customer gets whole (RFC 6177),
 * out of which a sender takes a new address for each request.
 */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const given = groups(head);
  const end = groups(tail ?? '');
  const filled =
    tail === undefined
      ? given
      : [...given, ...Array.from({ length: 8 - given.length - end.length }, () => '0'), ...end];
  return `${filled
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
