import { useTranslation } from 'react-i18next';
import type { Overview, SalesRank } from '../../api/types';
import { useLedgers } from '../completeness/completeness-queries';
import { arePreviousDaysLoaded } from './loaded-days';

/** Why nothing of the answer can be compared with the span before; undefined where it can. */
export function useWhyNoComparison({
  applied,
  comparison,
}: Pick<Overview | SalesRank, 'applied' | 'comparison'>): string | undefined {
  const { t } = useTranslation();
  const ledgers = useLedgers();
  if (comparison === null) return t('dashboard:comparedNothing');
  if (ledgers.data !== undefined && !arePreviousDaysLoaded(applied, ledgers.data)) {
    return t('dashboard:comparedNotLoaded');
  }
  return undefined;
}
