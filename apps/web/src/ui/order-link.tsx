import { Link } from 'react-router';

/** Leads to one order, opened over the list of its shop. */
export function OrderLink({ shopId, orderNumber }: { shopId: string; orderNumber: string }) {
  const order = encodeURIComponent(`${shopId}/${orderNumber}`);
  return (
    <Link className="mono nowrap" to={`/orders?shop=${shopId}&order=${order}`}>
      {orderNumber}
    </Link>
  );
}
