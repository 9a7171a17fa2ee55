const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    FORMATS.set(zone, format);
  }
  return format;
}

/** Seconds east of UTC in the zone at that moment. */
export function zoneOffsetSeconds(zone: string, atSeconds: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atSeconds * 1000)) part[type] = Number(value);
  const local = Date.UTC(
    part.year ?? 0,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  );
  return Math.round(local / 1000) - atSeconds;
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** `YYYY-MM-DD` of the moment in the zone. */
export function localDay(zone: string, atSeconds: number): string {
  const local = new Date((atSeconds + zoneOffsetSeconds(zone, atSeconds)) * 1000);
  return local.toISOString().slice(0, 10);
}

export function localMidnightSeconds(zone: string, atSeconds: number): number {
  const offset = zoneOffsetSeconds(zone, atSeconds);
  return Math.floor((atSeconds + offset) / 86_400) * 86_400 - offset;
}

/** 0 is Sunday. */
export function localWeekday(zone: string, atSeconds: number): number {
  return new Date((atSeconds + zoneOffsetSeconds(zone, atSeconds)) * 1000).getUTCDay();
}
