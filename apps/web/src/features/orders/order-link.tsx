import { Link } from 'react-router';

/** Leads to one order, opened over the list of its shop. */
export function OrderLink({ shopId, parentOrderSn }: { shopId: string; parentOrderSn: string }) {
  const order = encodeURIComponent(`${shopId}/${parentOrderSn}`);
  return (
    <Link className="mono nowrap" to={`/orders?shop=${shopId}&order=${order}`}>
      {parentOrderSn}
    </Link>
  );
}
