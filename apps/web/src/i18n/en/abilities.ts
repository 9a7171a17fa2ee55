/** What a marketplace may lack: then it is not available, which is neither empty nor zero. */
export const abilities = {
  notAvailable: 'not available',
  names: {
    orders: 'orders',
    order_counts: 'counts of orders',
    amounts: 'amounts',
    addresses: 'addresses',
    after_sales: 'after-sales cases',
    products: 'products',
    promotions: 'promotions',
    pushes: 'pushed messages',
  },
  title: 'Not available',
  why: 'Not available: {{marketplace}} does not give {{what}}.',
  ofShops: 'Not available: {{marketplace}} does not give {{what}}. Shops concerned: {{n}}.',
} as const;
