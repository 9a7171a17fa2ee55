import type { Money as MoneyOf } from '../api/types';
import { Unknown } from './unknown';
import { useFormat } from './use-format';

/** An amount: its digits stand in columns and never break over lines. */
export function Money({ amountMinor, currency }: MoneyOf) {
  const format = useFormat();
  return <span className="money">{format.money(amountMinor, currency)}</span>;
}

export function MoneyOrUnknown({ money }: { money: MoneyOf | null }) {
  return money === null ? <Unknown /> : <Money {...money} />;
}
