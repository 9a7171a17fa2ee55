/** Invented goods, specifications and buyers. Pairs are [English, 中文]. */
type Pair = readonly [string, string];

export const STYLES: readonly Pair[] = [
  ['Nordic', '北欧风'],
  ['Minimalist', '简约'],
  ['Vintage', '复古'],
  ['Foldable', '折叠'],
  ['Portable', '便携'],
  ['Waterproof', '防水'],
  ['Large Capacity', '大容量'],
  ['Stainless Steel', '不锈钢'],
  ['Bamboo', '竹制'],
  ['Silicone', '硅胶'],
  ['Rechargeable', '充电式'],
  ['Handmade', '手工'],
  ['Insulated', '保温'],
  ['Breathable', '透气'],
  ['Anti-Slip', '防滑'],
  ['Magnetic', '磁吸'],
];

export const GOODS: readonly Pair[] = [
  ['Travel Mug', '随行杯'],
  ['Storage Box', '收纳盒'],
  ['Desk Lamp', '台灯'],
  ['Yoga Mat', '瑜伽垫'],
  ['Phone Stand', '手机支架'],
  ['Kitchen Scale', '厨房秤'],
  ['Shower Curtain', '浴帘'],
  ['Cushion Cover', '抱枕套'],
  ['Pet Bowl', '宠物碗'],
  ['Lunch Box', '便当盒'],
  ['Backpack', '双肩包'],
  ['Garden Gloves', '园艺手套'],
  ['Wall Clock', '挂钟'],
  ['Tote Bag', '托特包'],
  ['Water Bottle', '水壶'],
  ['Bath Towel', '浴巾'],
  ['Shoe Rack', '鞋架'],
  ['Cable Organizer', '理线器'],
  ['Baking Tray', '烤盘'],
  ['Picnic Blanket', '野餐垫'],
  ['LED String Lights', 'LED 串灯'],
  ['Camping Chair', '露营椅'],
  ['Hair Clip Set', '发夹套装'],
  ['Notebook', '笔记本'],
  ['Car Vacuum', '车载吸尘器'],
  ['Cat Scratcher', '猫抓板'],
  ['Drawer Divider', '抽屉分隔板'],
  ['Knit Scarf', '针织围巾'],
];

export const USES: readonly Pair[] = [
  ['for Home', '家用'],
  ['for Office', '办公'],
  ['for Outdoor', '户外'],
  ['for Kids', '儿童'],
  ['for Travel', '旅行'],
  ['for Gifts', '礼品'],
  ['with Lid', '带盖'],
  ['Set of 2', '两件套'],
];

export const COLOURS: readonly Pair[] = [
  ['Black', '黑色'],
  ['White', '白色'],
  ['Beige', '米色'],
  ['Sage Green', '鼠尾草绿'],
  ['Navy', '藏青色'],
  ['Rose', '玫瑰色'],
  ['Grey', '灰色'],
];

export const SIZES: readonly Pair[] = [
  ['S', 'S码'],
  ['M', 'M码'],
  ['L', 'L码'],
  ['XL', 'XL码'],
  ['One Size', '均码'],
];

export const FIRST_NAMES = [
  'Avery',
  'Jordan',
  'Robin',
  'Casey',
  'Morgan',
  'Riley',
  'Quinn',
  'Sasha',
  'Noa',
  'Kim',
];
export const LAST_NAMES = ['Sample', 'Example', 'Muster', 'Doe', 'Fiction', 'Specimen', 'Prueba', 'Tester'];
export const STREETS = [
  'Maple Street',
  'Harbour Road',
  'Station Avenue',
  'Mill Lane',
  'Orchard Way',
  'Church Square',
];

export interface Country {
  readonly name: string;
  readonly dial: string;
  /** [state or province, city, district or empty, postcode prefix] */
  readonly places: readonly (readonly [string, string, string, string])[];
}

export const COUNTRIES: ReadonlyMap<number, Country> = new Map<number, Country>([
  [
    211,
    {
      name: 'United States',
      dial: '+1',
      places: [
        ['California', 'Los Angeles', '', '900'],
        ['Texas', 'Houston', '', '770'],
        ['New York', 'Brooklyn', '', '112'],
        ['Florida', 'Miami', '', '331'],
        ['Illinois', 'Chicago', '', '606'],
        ['Washington', 'Seattle', '', '981'],
      ],
    },
  ],
  [
    76,
    {
      name: 'Germany',
      dial: '+49',
      places: [
        ['Berlin', 'Berlin', 'Mitte', '101'],
        ['Bayern', 'München', '', '803'],
      ],
    },
  ],
  [
    69,
    {
      name: 'France',
      dial: '+33',
      places: [
        ['Île-de-France', 'Paris', '', '750'],
        ['Rhône', 'Lyon', '', '690'],
      ],
    },
  ],
  [
    98,
    {
      name: 'Italy',
      dial: '+39',
      places: [
        ['Lombardia', 'Milano', '', '201'],
        ['Lazio', 'Roma', '', '001'],
      ],
    },
  ],
  [
    186,
    {
      name: 'Spain',
      dial: '+34',
      places: [
        ['Madrid', 'Madrid', '', '280'],
        ['Cataluña', 'Barcelona', '', '080'],
      ],
    },
  ],
  [
    210,
    {
      name: 'United Kingdom',
      dial: '+44',
      places: [
        ['England', 'London', '', 'SW1'],
        ['Scotland', 'Edinburgh', '', 'EH1'],
      ],
    },
  ],
  [
    100,
    {
      name: 'Japan',
      dial: '+81',
      places: [
        ['東京都', '新宿区', '', '160'],
        ['大阪府', '大阪市', '北区', '530'],
      ],
    },
  ],
  [
    128,
    {
      name: 'Mexico',
      dial: '+52',
      places: [
        ['Ciudad de México', 'Coyoacán', '', '040'],
        ['Jalisco', 'Guadalajara', '', '441'],
      ],
    },
  ],
  [
    185,
    {
      name: 'South Korea',
      dial: '+82',
      places: [
        ['서울특별시', '강남구', '', '060'],
        ['부산광역시', '해운대구', '', '480'],
      ],
    },
  ],
]);
