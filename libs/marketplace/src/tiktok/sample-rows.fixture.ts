/** Rows as TikTok's OpenAPI files allow them, everything invented. The order and its prices are the reference's (1.7). */
type Row = Record<string, unknown>;

export const ORDER_ID = '579000000000000001';
export const CREATED = 1_767_139_300;
export const UPDATED = 1_767_195_000;

export function lineRow(change: Row = {}): Row {
  return {
    id: '579100000000000001',
    sku_id: '1729000000000000011',
    product_id: '1729000000000000001',
    product_name: 'Camisa de lino',
    sku_name: 'Azul, M',
    seller_sku: 'LINO-AZ-M',
    sku_image: 'https://img.invalid/a.jpg',
    currency: 'EUR',
    original_price: '19.99',
    sale_price: '18.79',
    seller_discount: '0.80',
    platform_discount: '0.40',
    display_status: 'IN_TRANSIT',
    package_id: '1153000000000000001',
    package_status: 'FULFILLING',
    tracking_number: 'INV0000000001ES',
    shipping_provider_id: '6617000000000000001',
    shipping_provider_name: 'Correo Inventado',
    rts_time: 1_767_191_400,
    is_gift: false,
    cancel_reason: '',
    cancel_user: '',
    item_tax: [],
    ...change,
  };
}

export function addressRow(change: Row = {}): Row {
  return {
    name: 'A*** B***',
    phone_number: '(+34)6******00',
    full_address: 'Calle Inventada *, Madrid',
    address_line1: 'Calle Inventada *',
    address_detail: '',
    postal_code: '28***',
    region_code: 'ES',
    district_info: [
      { address_level: 'L0', address_level_name: 'Country', address_name: 'Spain', iso_code: 'ES' },
      {
        address_level: 'L1',
        address_level_name: 'autonomous community',
        address_name: 'Comunidad de Madrid',
        iso_code: 'MD',
      },
      { address_level: 'L2', address_level_name: 'province', address_name: 'Madrid', iso_code: 'M' },
    ],
    ...change,
  };
}

export function orderRow(change: Row = {}): Row {
  return {
    id: ORDER_ID,
    user_id: '7490000000000000101',
    status: 'IN_TRANSIT',
    create_time: CREATED,
    paid_time: 1_767_139_360,
    rts_time: 1_767_191_400,
    collection_time: UPDATED,
    update_time: UPDATED,
    rts_sla_time: 1_767_398_500,
    tts_sla_time: 1_767_484_900,
    cancel_order_sla_time: 1_767_571_300,
    buyer_email: 'xxinventedxx@scs.tiktokw.invalid',
    buyer_message: '',
    seller_note: '',
    is_cod: false,
    is_sample_order: false,
    is_on_hold_order: false,
    order_type: 'NORMAL',
    fulfillment_type: 'FULFILLMENT_BY_SELLER',
    shipping_type: 'TIKTOK',
    delivery_type: 'HOME_DELIVERY',
    delivery_option_id: '7091000000000000001',
    delivery_option_name: 'Standard Shipping',
    payment_method_name: 'Invented Card',
    warehouse_id: '7300000000000000009',
    shipping_provider_id: '6617000000000000001',
    shipping_provider: 'Correo Inventado',
    tracking_number: 'INV0000000001ES',
    packages: [{ id: '1153000000000000001' }],
    payment: {
      currency: 'EUR',
      original_total_product_price: '49.88',
      seller_discount: '2.00',
      platform_discount: '1.00',
      sub_total: '46.88',
      original_shipping_fee: '3.99',
      shipping_fee_seller_discount: '0.00',
      shipping_fee_platform_discount: '2.00',
      shipping_fee: '1.99',
      tax: '0.00',
      total_amount: '48.87',
    },
    recipient_address: addressRow(),
    line_items: [
      lineRow(),
      lineRow({ id: '579100000000000002' }),
      lineRow({
        id: '579100000000000003',
        sku_id: '1729000000000000012',
        sku_name: 'Azul, S',
        seller_sku: 'LINO-BL-S',
        original_price: '9.90',
        sale_price: '9.30',
        seller_discount: '0.40',
        platform_discount: '0.20',
      }),
    ],
    ...change,
  };
}

function priceLine(id: string, list: string, bySeller: string, byPlatform: string): Row {
  return {
    id,
    currency: 'EUR',
    sku_list_price: list,
    subtotal_deduction_seller: bySeller,
    subtotal_deduction_platform: byPlatform,
    subtotal_tax_amount: '0.00',
    voucher_deduction_seller: '1020000',
    cod_fee_amount: '0.00',
  };
}

export function priceDetail(change: Row = {}): Row {
  return {
    currency: 'EUR',
    total: '53.87',
    payment: '48.87',
    sku_list_price: '49.88',
    subtotal_deduction_seller: '2.00',
    subtotal_deduction_platform: '1.00',
    sku_sale_price: '46.88',
    subtotal_tax_amount: '0.00',
    subtotal: '46.88',
    voucher_deduction_seller: '0',
    voucher_deduction_platform: '1010000',
    shipping_list_price: '3.99',
    shipping_fee_deduction_seller: '0.00',
    shipping_fee_deduction_platform: '2.00',
    shipping_fee_deduction_platform_voucher: '0',
    shipping_sale_price: '1.99',
    tax_amount: '0.00',
    tax_rate: '0',
    net_price_amount: '46.88',
    cod_fee: '0.00',
    cod_fee_net_amount: '0.00',
    line_items: [
      priceLine('579100000000000001', '19.99', '0.80', '0.40'),
      priceLine('579100000000000002', '19.99', '0.80', '0.40'),
      priceLine('579100000000000003', '9.90', '0.40', '0.20'),
    ],
    ...change,
  };
}

export const RETURN_ID = '403500000000000001';

export function returnRow(change: Row = {}): Row {
  return {
    return_id: RETURN_ID,
    order_id: ORDER_ID,
    return_type: 'RETURN_AND_REFUND',
    return_status: 'RETURN_OR_REFUND_REQUEST_PENDING',
    return_method: 'PLATFORM_SHIPPED',
    role: 'BUYER',
    create_time: 1_767_300_000,
    update_time: 1_767_300_500,
    seller_next_action_response: [{ action: 'SELLER_RESPOND_RETURN', deadline: 1_767_500_000 }],
    refund_amount: {
      currency: 'EUR',
      refund_total: '19.19',
      refund_subtotal: '18.79',
      refund_tax: '0.00',
      refund_shipping_fee: '0.40',
    },
    return_line_items: [
      {
        return_line_item_id: '403600000000000001',
        order_line_item_id: '579100000000000001',
        sku_id: '1729000000000000011',
        seller_sku: 'LINO-AZ-M',
        sku_name: 'Azul, M',
        product_name: 'Camisa de lino',
      },
      {
        return_line_item_id: '403600000000000002',
        order_line_item_id: '579100000000000002',
        sku_id: '1729000000000000011',
      },
    ],
    ...change,
  };
}

export function cancellationRow(change: Row = {}): Row {
  return {
    cancel_id: '403700000000000001',
    order_id: ORDER_ID,
    cancel_type: 'BUYER_CANCEL',
    cancel_status: 'CANCELLATION_REQUEST_PENDING',
    role: 'BUYER',
    create_time: 1_767_140_000,
    update_time: 1_767_140_000,
    seller_next_action_response: [{ action: 'SELLER_RESPOND_CANCEL', deadline: 1_767_312_800 }],
    ...change,
  };
}

export function skuRow(change: Row = {}): Row {
  return {
    id: '1729000000000000011',
    seller_sku: 'LINO-AZ-M',
    price: { currency: 'EUR', tax_exclusive_price: '19.99' },
    inventory: [
      { warehouse_id: '7300000000000000009', quantity: 5 },
      { warehouse_id: '7300000000000000010', quantity: 2 },
    ],
    status_info: { status: 'NORMAL' },
    ...change,
  };
}

export function productRow(change: Row = {}): Row {
  return {
    id: '1729000000000000001',
    title: 'Camisa de lino',
    status: 'ACTIVATE',
    create_time: 1_766_000_000,
    update_time: 1_767_000_000,
    sales_regions: ['ES'],
    audit: { status: 'APPROVED' },
    has_draft: false,
    skus: [
      skuRow(),
      skuRow({
        id: '1729000000000000012',
        seller_sku: 'LINO-BL-S',
        price: { currency: 'EUR', sale_price: '9.90', tax_exclusive_price: '8.18' },
        inventory: [{ warehouse_id: '7300000000000000009', quantity: 0 }],
        status_info: { status: 'DEACTIVATED', deactivation_source: 'SELLER' },
      }),
    ],
    ...change,
  };
}

export function shopRow(change: Row = {}): Row {
  return {
    id: '7490000000000000001',
    name: 'Tienda inventada',
    region: 'ES',
    seller_type: 'LOCAL',
    cipher: 'ROW_exampleCipher01',
    code: 'ESLC0000000001',
    ...change,
  };
}
