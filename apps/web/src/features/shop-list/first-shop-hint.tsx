import { Button } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../../ui/empty-state';
import { useSession } from '../session/session';
import { EmptyUnlessLacking } from './shop-lacks';
import { useShops } from './use-shops';

interface FirstShopHintProps extends Pick<ComponentProps<typeof EmptyUnlessLacking>, 'ability' | 'shopIds'> {
  isFiltered: boolean;
  title: string;
  /** Shops are there, records are not yet. */
  text: string;
  textWithoutShop: string;
}

/** Why a list is empty: not given by the marketplace, filters, no shop yet, or nothing read yet; each with what to do. */
export function FirstShopHint({ ability, shopIds, ...why }: FirstShopHintProps) {
  return (
    <EmptyUnlessLacking ability={ability} shopIds={shopIds}>
      <Hint {...why} />
    </EmptyUnlessLacking>
  );
}

function Hint({ isFiltered, title, text, textWithoutShop }: Omit<FirstShopHintProps, 'ability' | 'shopIds'>) {
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
