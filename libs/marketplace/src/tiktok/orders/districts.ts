import { isJsonObject, type JsonObject, optionalText } from '../../payload/read.js';
import type { OrderArea } from '../../port.js';

/** A part of a country that an address lies in: L0 is the country, each level below a part of the one above [D]. */
export interface District {
  readonly level: string;
  /** In the country's own order, e.g. `autonomous community`; lower case. */
  readonly levelName: string;
  readonly name: string;
  readonly isoCode: string | null;
}

export function districtsOf(address: JsonObject): District[] {
  const { district_info: list } = address;
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown) => {
    if (!isJsonObject(value)) return [];
    const name = optionalText(value.address_name);
    if (name === null) return [];
    return [
      {
        level: optionalText(value.address_level)?.toUpperCase() ?? '',
        levelName: optionalText(value.address_level_name)?.toLowerCase() ?? '',
        name,
        isoCode: optionalText(value.iso_code),
      },
    ];
  });
}

/** Spain is counted by its autonomous communities, other countries by the level below the country (reference 4.1). */
export function regionOf(districts: readonly District[]): District | undefined {
  return (
    districts.find(({ levelName }) => levelName === 'autonomous community') ??
    districts.find(({ level }) => level === 'L1')
  );
}

/** Null before payment, when no address is given. */
export function areaOf(address: JsonObject): OrderArea | null {
  const country = optionalText(address.region_code);
  const region = regionOf(districtsOf(address));
  if (country === null && region === undefined) return null;
  return { country, region: region?.name ?? null, regionCode: region?.isoCode ?? null };
}
