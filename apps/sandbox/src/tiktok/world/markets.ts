import type { MarketCode } from './types.js';

/** [level 1, level 2, level 3, postcode]; the last two may be empty. */
export type Place = readonly [string, string, string, string];

export interface Market {
  readonly currency: string;
  readonly decimals: number;
  readonly zone: string;
  /** Basis points on top of the price; none where prices hold the tax. */
  readonly taxRatesBp: readonly number[];
  /** Minor units for one US cent. */
  readonly minorPerUsCent: number;
  readonly country: string;
  readonly dial: string;
  /** What levels 1, 2 and 3 of an address are called. */
  readonly levels: readonly [string, string, string];
  readonly places: readonly Place[];
  readonly streets: readonly string[];
  readonly carrier: string;
  /** Titles are made of a thing and a kind of it. */
  readonly things: readonly string[];
  readonly kinds: readonly string[];
}

export const MARKETS: Readonly<Record<MarketCode, Market>> = {
  ES: {
    currency: 'EUR',
    decimals: 2,
    zone: 'Europe/Madrid',
    taxRatesBp: [0],
    minorPerUsCent: 0.92,
    country: 'Spain',
    dial: '+34',
    levels: ['autonomous community', 'province', 'municipality'],
    places: [
      ['Comunidad de Madrid', 'Madrid', 'Madrid', '28004'],
      ['Cataluña', 'Barcelona', 'Barcelona', '08015'],
      ['Andalucía', 'Sevilla', 'Sevilla', '41003'],
      ['Andalucía', 'Málaga', 'Málaga', '29007'],
      ['Comunidad Valenciana', 'Valencia', 'Valencia', '46005'],
      ['País Vasco', 'Bizkaia', 'Bilbao', '48009'],
      ['Galicia', 'A Coruña', 'A Coruña', '15003'],
    ],
    streets: ['Calle Inventada', 'Avenida de la Prueba', 'Plaza del Ejemplo'],
    carrier: 'Correo Inventado',
    things: ['Taza', 'Lámpara', 'Mochila', 'Manta', 'Botella', 'Caja', 'Estera', 'Cojín', 'Cesta', 'Bufanda'],
    kinds: ['plegable', 'de bambú', 'nórdica', 'térmica', 'para niños', 'de viaje', 'recargable', 'vintage'],
  },
  GB: {
    currency: 'GBP',
    decimals: 2,
    zone: 'Europe/London',
    taxRatesBp: [0],
    minorPerUsCent: 0.79,
    country: 'United Kingdom',
    dial: '+44',
    levels: ['country', 'county', 'city'],
    places: [
      ['England', 'Greater London', 'London', 'N1 7AA'],
      ['England', 'Greater Manchester', 'Manchester', 'M4 1HQ'],
      ['England', 'Tyne and Wear', 'Newcastle', 'NE1 4XF'],
      ['Scotland', 'Lothian', 'Edinburgh', 'EH3 9GG'],
      ['Wales', 'South Glamorgan', 'Cardiff', 'CF10 1EP'],
      ['Northern Ireland', 'Antrim', 'Belfast', 'BT1 5GS'],
    ],
    streets: ['Sample Street', 'Specimen Road', 'Example Lane'],
    carrier: 'Invented Mail',
    things: ['Mug', 'Lamp', 'Backpack', 'Blanket', 'Flask', 'Box', 'Doormat', 'Cushion', 'Kettle', 'Scarf'],
    kinds: ['Foldable', 'Bamboo', 'Nordic', 'Insulated', "Children's", 'Travel', 'Rechargeable', 'Vintage'],
  },
  US: {
    currency: 'USD',
    decimals: 2,
    zone: 'America/Los_Angeles',
    taxRatesBp: [0, 600, 725, 825, 950],
    minorPerUsCent: 1,
    country: 'United States',
    dial: '+1',
    levels: ['state', 'county', 'city'],
    places: [
      ['California', 'Los Angeles County', 'Los Angeles', '90012'],
      ['California', 'San Diego County', 'San Diego', '92101'],
      ['Texas', 'Harris County', 'Houston', '77002'],
      ['New York', 'Kings County', 'Brooklyn', '11201'],
      ['Florida', 'Miami-Dade County', 'Miami', '33130'],
      ['Washington', 'King County', 'Seattle', '98101'],
    ],
    streets: ['Placeholder Avenue', 'Sample Boulevard', 'Example Drive'],
    carrier: 'Imaginary Parcel',
    things: [
      'Tumbler',
      'Desk Lamp',
      'Backpack',
      'Throw',
      'Water Bottle',
      'Organizer',
      'Rug',
      'Pillow',
      'Planter',
      'Cap',
    ],
    kinds: ['Foldable', 'Bamboo', 'Nordic', 'Insulated', 'Kids', 'Travel', 'Rechargeable', 'Vintage'],
  },
  JP: {
    currency: 'JPY',
    decimals: 0,
    zone: 'Asia/Tokyo',
    taxRatesBp: [0],
    minorPerUsCent: 1.5,
    country: 'Japan',
    dial: '+81',
    levels: ['prefecture', 'city', ''],
    places: [
      ['東京都', '渋谷区', '', '150-0002'],
      ['大阪府', '大阪市', '', '530-0001'],
      ['京都府', '京都市', '', '604-8001'],
      ['福岡県', '福岡市', '', '810-0001'],
      ['北海道', '札幌市', '', '060-0001'],
    ],
    streets: ['見本通り', '例示町', '架空台'],
    carrier: '架空急便',
    things: [
      'マグカップ',
      'デスクライト',
      'リュック',
      'ブランケット',
      '水筒',
      '収納ボックス',
      'マット',
      'クッション',
    ],
    kinds: ['折りたたみ', '竹製', '北欧風', '保温', 'キッズ', '旅行用', '充電式', 'レトロ'],
  },
};
