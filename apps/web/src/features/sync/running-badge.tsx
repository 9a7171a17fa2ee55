import { SyncOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from '../session/session';
import { isActive, isPlanned } from './runs';
import { useRuns } from './use-runs';

/** In the header of every page: how many runs go on now. */
export function RunningBadge() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { runs } = useRuns({}, can('sync.read'));
  const count = runs.filter((run) => isActive(run) && !isPlanned(run)).length;
  if (count === 0) return null;
  return (
    <Link to="/sync" aria-label={`${t('sync:running')}: ${count}`}>
      <Button type="text" icon={<SyncOutlined spin />} tabIndex={-1} data-testid="running-badge">
        {count}
      </Button>
    </Link>
  );
}
