import { MARKETS } from '../world/markets.js';
import { decimal, moneyOf } from '../world/money.js';
import type { Line, Order, Shop } from '../world/types.js';

/** Money of an order, or of one of its lines, before it is named. Minor units. */
interface Parts {
  list: number;
  sellerDeduction: number;
  platformDeduction: number;
  productTax: number;
  shippingList: number;
  shippingSellerDeduction: number;
  shippingPlatformDeduction: number;
  shippingTax: number;
  giftRetail: number;
}

function partsOfOrder(order: Order): Parts {
  const sums = moneyOf(order);
  return {
    list: sums.original,
    sellerDeduction: sums.sellerDiscount,
    platformDeduction: sums.platformDiscount,
    productTax: sums.productTax,
    shippingList: sums.originalShipping,
    shippingSellerDeduction: sums.shippingSellerDiscount,
    shippingPlatformDeduction: sums.shippingPlatformDiscount,
    shippingTax: sums.shippingTax,
    giftRetail: order.lines.reduce((total, line) => total + line.giftRetailMinor, 0),
  };
}

/** Shipping is paid once for the order: the first line carries it, so that lines add up to the order. */
function partsOfLine(line: Line, order: Order): Parts {
  const { shipping } = order;
  const share = line.id === order.lines[0]?.id ? 1 : 0;
  return {
    list: line.originalMinor,
    sellerDeduction: line.sellerDiscountMinor,
    platformDeduction: line.platformDiscountMinor,
    productTax: line.taxMinor,
    shippingList: share * shipping.originalMinor,
    shippingSellerDeduction: share * shipping.sellerDiscountMinor,
    shippingPlatformDeduction: share * shipping.platformDiscountMinor,
    shippingTax: share * shipping.taxMinor,
    giftRetail: line.giftRetailMinor,
  };
}

/** Type codes, not money: the platform's own offer, a price of the seller's. "0" is ours for none. */
const PLATFORM_VOUCHER = '1010000';
const SELLER_VOUCHER = '1020000';
const FREE_SHIPPING_VOUCHER = '1030000';

function namedParts(parts: Parts, order: Order, shop: Shop): Record<string, string> {
  const { currency, decimals } = MARKETS[shop.market];
  const money = (minor: number): string => decimal(minor, decimals);
  const sale = parts.list - parts.sellerDeduction - parts.platformDeduction;
  const shipping = parts.shippingList - parts.shippingSellerDeduction - parts.shippingPlatformDeduction;
  const tax = parts.productTax + parts.shippingTax;
  return {
    currency,
    total: money(parts.list + parts.shippingList),
    payment: money(sale + shipping + tax),
    sku_list_price: money(parts.list),
    subtotal_deduction_seller: money(parts.sellerDeduction),
    subtotal_deduction_platform: money(parts.platformDeduction),
    sku_sale_price: money(sale),
    subtotal_tax_amount: money(parts.productTax),
    subtotal: money(sale + parts.productTax),
    voucher_deduction_seller: parts.sellerDeduction > 0 ? SELLER_VOUCHER : '0',
    voucher_deduction_platform: parts.platformDeduction > 0 ? PLATFORM_VOUCHER : '0',
    shipping_list_price: money(parts.shippingList),
    shipping_fee_deduction_seller: money(parts.shippingSellerDeduction),
    shipping_fee_deduction_platform: money(parts.shippingPlatformDeduction),
    shipping_fee_deduction_platform_voucher:
      parts.shippingPlatformDeduction > 0 ? FREE_SHIPPING_VOUCHER : '0',
    shipping_sale_price: money(shipping),
    tax_amount: money(tax),
    tax_rate: String(order.taxRateBp / 10_000),
    net_price_amount: money(sale + parts.productTax),
    cod_fee: money(0),
    sku_gift_original_price: money(parts.giftRetail),
    sku_gift_net_price: money(parts.giftRetail),
  };
}

/** As the documents' worked example adds up: 97 − 0.50 − 0.50 = 96, + 2 tax = 98, 25 − 10 − 12 = 3; 101 paid, 122 before. */
export function priceDetailView(shop: Shop, order: Order): Record<string, unknown> {
  const none = decimal(0, MARKETS[shop.market].decimals);
  return {
    ...namedParts(partsOfOrder(order), order, shop),
    cod_fee_net_amount: none,
    line_items: order.lines.map((line) => ({
      id: line.id,
      ...namedParts(partsOfLine(line, order), order, shop),
      cod_fee_amount: none,
    })),
  };
}
