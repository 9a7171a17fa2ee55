import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../../ui/empty-state';
import { useSession } from '../session/session';
import { useShops } from './use-shops';

interface FirstShopHintProps {
  isFiltered: boolean;
  title: string;
  /** Shops are there, records are not yet. */
  text: string;
  textWithoutShop: string;
}

/** Why a list is empty: filters, no shop yet, or nothing read yet; each with what to do. */
export function FirstShopHint({ isFiltered, title, text, textWithoutShop }: FirstShopHintProps) {
  const { t } = useTranslation();
  const { shops, query } = useShops();
  if (isFiltered) return <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />;
  if (query.isSuccess && shops.length === 0) {
    return <EmptyState title={title} text={textWithoutShop} action={<ConnectShopLink />} />;
  }
  return (
    <EmptyState
      title={title}
      text={text}
      action={
        <Link to="/sync">
          <Button>{t('dashboard:syncingLink')}</Button>
        </Link>
      }
    />
  );
}

/** Leads to the connect dialog, for those who may connect. */
export function ConnectShopLink() {
  const { t } = useTranslation();
  const { can } = useSession();
  if (!can('shops.manage')) return <span className="soft">{t('dashboard:emptyNoRight')}</span>;
  return (
    <Link to="/shops?connect=1">
      <Button type="primary" data-testid="connect-shop">
        {t('dashboard:emptyButton')}
      </Button>
    </Link>
  );
}
