import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  ExclamationCircleFilled,
  QuestionCircleFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CompletenessOf } from '../../api/types';
import { useInstantText } from '../../ui/instant';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { useShops, useShopZone } from '../shop-list/use-shops';
import './account-line.css';
import { useLedgers } from './completeness-queries';
import { type Account, accountOf, type Verdict } from './verdict';

const ICONS: Readonly<Record<Verdict, ReactNode>> = {
  complete: <CheckCircleFilled />,
  missing: <CloseCircleFilled />,
  surplus: <ExclamationCircleFilled />,
  unreadable: <ExclamationCircleFilled />,
  loading: <ClockCircleOutlined />,
  stale: <ExclamationCircleFilled />,
  away: <QuestionCircleFilled />,
  never: <QuestionCircleFilled />,
  unchecked: <QuestionCircleFilled />,
  not_available: <QuestionCircleFilled />,
};

/** The account of one shop, or of all; undefined while it is not known. Shops that are not connected are named in it. */
export function useAccount(shopId?: string, of: CompletenessOf = 'orders'): Account | undefined {
  const ledgers = useLedgers(of);
  const { query, shops } = useShops();
  if (ledgers.data === undefined || !query.isSuccess) return undefined;
  const wanted = shopId === undefined ? shops : [{ id: shopId }];
  if (wanted.length === 0) return undefined;
  return accountOf(
    wanted.map((shop) => shop.id),
    ledgers.data,
  );
}

interface AccountTextProps {
  account: Account;
  /** Of the one shop that it is the account of. */
  zone: string | undefined;
  of?: CompletenessOf;
}

/** "Did every order arrive?" in one sentence, and whether anybody knows. */
export function AccountText({ account, zone, of = 'orders' }: AccountTextProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const timeText = useInstantText();
  const { verdict } = account;
  return (
    <span className="account" data-verdict={verdict} data-testid="account">
      <span className="account-icon" aria-hidden="true">
        {ICONS[verdict]}
      </span>
      <span>
        <strong>
          {t(
            account.shops > 0 && account.shopsNotConnected === account.shops
              ? 'completeness:allAway'
              : `completeness:verdicts:${verdict}`,
            {
              orders: format.integer(account.ourOrders),
              missing: format.integer(account.missingOrders),
              unreadable: format.integer(account.unreadableOrders),
              surplus: format.integer(account.surplusOrders),
              days: format.integer(account.daysChecked),
              unchecked: format.integer(account.daysUnchecked),
              stale: format.integer(account.staleOrders),
              what: t(`completeness:nouns:${of}`),
              concerned: format.integer(account.concerned),
            },
          )}
        </strong>{' '}
        {account.shopsNotConnected > 0 && (account.shops > 1 || account.notCheckedSince !== null) && (
          <span data-testid="account-away">
            {t(`completeness:${awayText(account)}`, {
              counted: format.integer(account.shops - account.shopsNotConnected),
              shops: format.integer(account.shops),
              away: format.integer(account.shopsNotConnected),
              since: account.notCheckedSince === null ? '' : timeText(account.notCheckedSince, zone),
            })}{' '}
          </span>
        )}
        {account.shopsNotAvailable > 0 && account.shops > 0 && (
          <span className="soft small" data-testid="account-not-available">
            {t('completeness:shopsNotAvailable', { n: format.integer(account.shopsNotAvailable) })}{' '}
          </span>
        )}
        {account.auditedAt !== null && (
          <span className="soft small nowrap">
            {t('completeness:auditedAt', { time: format.relative(account.auditedAt) })}
          </span>
        )}
      </span>
    </span>
  );
}

/** One shop that was never checked has its own sentence above. */
function awayText({ shops, notCheckedSince }: Account) {
  if (notCheckedSince === null) return 'shopsNeverChecked';
  return shops === 1 ? 'oneNotConnected' : 'shopsNotConnected';
}

/** The same as a link to the page that proves it: for the dashboard and the shops. */
export function AccountLine({ shopId }: { shopId?: string }) {
  const { can } = useSession();
  const account = useAccount(shopId);
  const zone = useShopZone(shopId);
  if (account === undefined || !can('sync.read', shopId)) return null;
  return (
    <Link to={shopId ? `/completeness?shop=${shopId}` : '/completeness'} className="account-link">
      <AccountText account={account} zone={zone} />
    </Link>
  );
}
