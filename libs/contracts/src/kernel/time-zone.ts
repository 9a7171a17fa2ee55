/**
 * `Area/City` of the IANA list, or UTC. Abbreviations and offsets are left out: `EST` knows no summer time, and
 * PostgreSQL reads the sign of `+05:00` and `Etc/GMT+5` the other way round.
 */
const AREA_AND_CITY =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(\/[A-Z][A-Za-z_-]+){1,2}$/;

export function isTimeZone(text: string): boolean {
  if (text === 'UTC') return true;
  if (!AREA_AND_CITY.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
