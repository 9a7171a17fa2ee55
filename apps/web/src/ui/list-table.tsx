import { Grid, Spin, Table, type TableColumnType, type TableProps } from 'antd';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createPath, type To, useNavigate } from 'react-router';
import { CursorPager, type useCursorList } from './cursor-list';
import { NotAvailableNote } from './not-available';
import { ProblemPanel } from './problem-panel';

/** `bare`: over the whole width, without its name. The first column is. */
type OnPhone = 'fact' | 'bare' | 'hidden';
export type ListColumns<Row> = (TableColumnType<Row> & { phone?: OnPhone })[];

interface ListTableProps<Row extends object>
  extends Pick<TableProps<Row>, 'expandable' | 'tableLayout' | 'className'> {
  list: ReturnType<typeof useCursorList<Row>>;
  rowKey: (row: Row) => string;
  columns: ListColumns<Row>;
  /** Below this width the table is scrolled sideways. */
  minWidth: number;
  /** Why there are no rows, and what to do about it. */
  empty: ReactNode;
  testId: string;
  /** Rows of all pages, where it is known. */
  total?: number;
  /** Where a row leads. The first column holds the link itself, `<Link className="row-link">`, for keyboards and menus. */
  linkTo?: (row: Row) => To;
}

/**
 * A list that is read by cursor: its rows, why there are none, what failed, and the way to the next page. On a phone or a
 * tablet each row is a card.
 */
export function ListTable<Row extends object>(props: ListTableProps<Row>) {
  const { list, linkTo } = props;
  // Where the navigation is folded away, a table would be cut in its middle.
  const isNarrow = Grid.useBreakpoint().lg === false;
  const rowProps = useRowLinks(linkTo);
  const isLoading = list.query.isPending || list.isTurning;
  const empty = list.query.isSuccess ? props.empty : ' ';
  return (
    <>
      {list.query.isError && (
        <ProblemPanel error={list.query.error} onRetry={() => void list.query.refetch()} />
      )}
      <NotAvailableNote of={list.notAvailable} />
      {isNarrow ? (
        <Spin spinning={isLoading}>
          <ul className="list-cards" data-testid={props.testId}>
            {list.rows.map((row, index) => (
              <li key={props.rowKey(row)} className={linkTo && 'clickable-row'} {...rowProps(row)}>
                <Card row={row} index={index} columns={props.columns} />
                {linkTo === undefined && <More row={row} index={index} expandable={props.expandable} />}
              </li>
            ))}
          </ul>
          {list.rows.length === 0 && empty}
        </Spin>
      ) : (
        <Table<Row>
          rowKey={props.rowKey}
          size="middle"
          data-testid={props.testId}
          className={props.className}
          columns={props.columns}
          dataSource={list.rows}
          loading={isLoading}
          pagination={false}
          tableLayout={props.tableLayout}
          scroll={list.rows.length > 0 ? { x: props.minWidth } : undefined}
          expandable={props.expandable}
          rowClassName={linkTo && 'clickable-row'}
          onRow={rowProps}
          locale={{ emptyText: empty }}
        />
      )}
      <CursorPager list={list} total={props.total} />
    </>
  );
}

interface CardProps<Row> {
  row: Row;
  index: number;
  columns: ListColumns<Row>;
}

function Card<Row>({ row, index, columns }: CardProps<Row>) {
  return columns.map((column, place) => {
    const { phone = place === 0 ? 'bare' : 'fact' } = column;
    if (phone === 'hidden') return null;
    const title = typeof column.title === 'function' ? null : column.title;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the columns of the list, in their order
      <div key={place} className={`card-${phone}`}>
        {phone === 'fact' && <div className="soft small">{title}</div>}
        <div>{column.render?.(undefined, row, index) as ReactNode}</div>
      </div>
    );
  });
}

interface MoreProps<Row> {
  row: Row;
  index: number;
  expandable: TableProps<Row>['expandable'];
}

/** What a table shows below an opened row. */
function More<Row>({ row, index, expandable }: MoreProps<Row>) {
  const { t } = useTranslation();
  if (expandable?.expandedRowRender === undefined || expandable.rowExpandable?.(row) === false) return null;
  return (
    <details>
      <summary>{t('common:details')}</summary>
      {expandable.expandedRowRender(row, index, 0, true)}
    </details>
  );
}

const CONTROLS = 'a, button, input, label, summary, textarea, .ant-table-row-expand-icon-cell';
const MIDDLE_BUTTON = 1;

/** The whole row does what its link does: a click leads there, with Ctrl, ⌘ or the middle button in a new tab. */
function useRowLinks<Row>(linkTo: ((row: Row) => To) | undefined) {
  const navigate = useNavigate();
  return (row: Row) => {
    if (linkTo === undefined) return {};
    const isMeant = ({ target }: MouseEvent) =>
      !(target instanceof Element && target.closest(CONTROLS)) && String(window.getSelection()) === '';
    const openTab = () => {
      const to = linkTo(row);
      window.open(typeof to === 'string' ? to : createPath(to), '_blank', 'noopener');
    };
    return {
      onClick: (event: MouseEvent) => {
        if (!isMeant(event)) return;
        if (event.ctrlKey || event.metaKey || event.shiftKey) openTab();
        else void navigate(linkTo(row));
      },
      onAuxClick: (event: MouseEvent) => {
        if (event.button === MIDDLE_BUTTON && isMeant(event)) openTab();
      },
    };
  };
}
