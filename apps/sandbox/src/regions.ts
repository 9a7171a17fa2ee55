export const REGIONS = ['us', 'eu', 'global', 'cn', 'partner'] as const;
export type Region = (typeof REGIONS)[number];

export function isRegion(text: string): text is Region {
  return (REGIONS as readonly string[]).includes(text);
}
