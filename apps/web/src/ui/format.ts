/** To the second is for what is compared, such as when it was sent and when it arrived. */
export type Precision = 'day' | 'minute' | 'second';

/** Numbers, amounts and times in the reader's language. All take values as the gateway sends them. */
export interface Format {
  integer(value: number): string;
  /** At most one decimal. */
  decimal(value: number): string;
  /** 0.038 becomes 3.8 %. */
  percent(share: number): string;
  /** With a sign, for a change. */
  signedPercent(share: number): string;
  /** Minor units with their ISO 4217 currency; the currency says how many decimals there are. */
  money(amountMinor: number, currency: string): string;
  moneyCompact(amountMinor: number, currency: string): string;
  /**
   * Of an instant, in the given IANA zone, which is always written: 11-27 20:15 and GMT-8. The year is written where it is
   * not the present one. Only `ui/instant.tsx` and `ui/said-text.ts` call this.
   */
  instant(at: string, zone: string, precision: Precision, now?: number): { text: string; offset: string };
  /** Of a calendar day such as 2026-11-20, which has no zone. */
  day(day: string): string;
  dayShort(day: string): string;
  /** The month and year of a calendar day. */
  month(day: string): string;
  weekday(day: string): string;
  /** "3 minutes ago", "in 2 hours". */
  relative(instant: string, now?: number): string;
  /** 95 becomes 1 min 35 s. */
  duration(seconds: number): string;
}

function exponentOf(currency: string, locale: string): number {
  try {
    const options = new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions();
    return options.maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Year, month, day, hour, minute, second and the offset from UTC; the same words in every language. */
function clockOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  });
}

const RELATIVE_STEPS: readonly { unit: Intl.RelativeTimeFormatUnit; seconds: number }[] = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
];

const DURATION_STEPS: readonly { unit: 'day' | 'hour' | 'minute' | 'second'; seconds: number }[] = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
];

export function createFormat(locale: string): Format {
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const signedPercent = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

  function numbers(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const known = cache.get(key);
    if (known instanceof Intl.NumberFormat) return known;
    const made = new Intl.NumberFormat(locale, options);
    cache.set(key, made);
    return made;
  }

  function times(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const known = cache.get(key);
    if (known instanceof Intl.DateTimeFormat) return known;
    const made = new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...options });
    cache.set(key, made);
    return made;
  }

  function partsIn(zone: string, at: Date): (type: Intl.DateTimeFormatPartTypes) => string {
    const known = cache.get(`clock ${zone}`);
    const clock = known instanceof Intl.DateTimeFormat ? known : clockOf(zone);
    cache.set(`clock ${zone}`, clock);
    const parts = clock.formatToParts(at);
    return (type) => parts.find((part) => part.type === type)?.value ?? '';
  }

  function money(amountMinor: number, currency: string, notation: 'standard' | 'compact'): string {
    const value = amountMinor / 10 ** exponentOf(currency, locale);
    try {
      return numbers(`${notation} ${currency}`, {
        style: 'currency',
        currency,
        notation,
        ...(notation === 'compact' && { maximumFractionDigits: 1 }),
      }).format(value);
    } catch {
      return `${decimal.format(value)} ${currency}`;
    }
  }

  /** A calendar day is put at noon UTC and shown in UTC, so that no zone can move it. */
  const atNoon = (day: string) => new Date(`${day}T12:00:00Z`);

  return {
    integer: (value) => integer.format(value),
    decimal: (value) => decimal.format(value),
    percent: (share) => percent.format(share),
    signedPercent: (share) => signedPercent.format(share),
    money: (amountMinor, currency) => money(amountMinor, currency, 'standard'),
    moneyCompact: (amountMinor, currency) => money(amountMinor, currency, 'compact'),
    instant: (at, zone, precision, now = Date.now()) => {
      const read = partsIn(zone, new Date(at));
      const isThisYear = precision !== 'day' && read('year') === partsIn(zone, new Date(now))('year');
      const day = `${isThisYear ? '' : `${read('year')}-`}${read('month')}-${read('day')}`;
      const clock = `${read('hour')}:${read('minute')}${precision === 'second' ? `:${read('second')}` : ''}`;
      // Engines differ in whether they write the nothing of Greenwich.
      const offset = read('timeZoneName') === 'GMT' ? 'GMT+0' : read('timeZoneName');
      return { text: precision === 'day' ? day : `${day} ${clock}`, offset };
    },
    day: (day) =>
      times('day', { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(atNoon(day)),
    dayShort: (day) =>
      times('dayShort', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(atNoon(day)),
    month: (day) => times('month', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(atNoon(day)),
    weekday: (day) => times('weekday', { weekday: 'short', timeZone: 'UTC' }).format(atNoon(day)),
    relative: (instant, now = Date.now()) => {
      const seconds = (new Date(instant).getTime() - now) / 1000;
      const step = RELATIVE_STEPS.find((each) => Math.abs(seconds) >= each.seconds);
      return step
        ? relative.format(Math.round(seconds / step.seconds), step.unit)
        : relative.format(0, 'second');
    },
    duration: (seconds) => {
      const whole = Math.max(0, Math.round(seconds));
      const first = DURATION_STEPS.findIndex((step) => whole >= step.seconds);
      const steps = DURATION_STEPS.slice(first === -1 ? DURATION_STEPS.length - 1 : first).slice(0, 2);
      let rest = whole;
      return steps
        .map(({ unit, seconds: size }) => {
          const count = Math.floor(rest / size);
          rest -= count * size;
          return { unit, count };
        })
        .filter(({ count }, index) => count > 0 || index === 0)
        .map(({ unit, count }) =>
          numbers(`unit ${unit}`, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count),
        )
        .join(' ');
    },
  };
}

/** A calendar day after (or before) another; days have no zone. */
export function addDays(day: string, count: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}
