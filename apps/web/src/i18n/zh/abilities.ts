import type { Texts } from '../en';

export const abilities: Texts['abilities'] = {
  notAvailable: '不可用',
  names: {
    orders: '订单',
    order_counts: '订单计数',
    amounts: '金额',
    addresses: '收货地址',
    after_sales: '售后单',
    products: '商品',
    promotions: '活动',
    pushes: '推送消息',
  },
  title: '不可用',
  why: '不可用：{{marketplace}} 不提供{{what}}。',
  ofShops: '不可用：{{marketplace}} 不提供{{what}}。涉及店铺：{{n}} 家。',
};
