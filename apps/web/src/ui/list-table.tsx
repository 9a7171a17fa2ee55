import { Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { CursorPager, type useCursorList } from './cursor-list';
import { ProblemPanel } from './problem-panel';

interface ListTableProps<Row extends object>
  extends Pick<TableProps<Row>, 'columns' | 'expandable' | 'rowClassName'> {
  list: ReturnType<typeof useCursorList<Row>>;
  rowKey: (row: Row) => string;
  /** Below this width the table is scrolled sideways. */
  minWidth: number;
  /** Why there are no rows, and what to do about it. */
  empty: ReactNode;
  testId: string;
  /** Rows of all pages, where it is known. */
  total?: number;
  /** A row can be opened, by a click or with the keyboard through a link or button in it. */
  onOpen?: (row: Row) => void;
}

/** A list that is read by cursor: its rows, why there are none, what failed, and the way to the next page. */
export function ListTable<Row extends object>(props: ListTableProps<Row>) {
  const { list, onOpen } = props;
  return (
    <>
      {list.query.isError && (
        <ProblemPanel error={list.query.error} onRetry={() => void list.query.refetch()} />
      )}
      <Table<Row>
        rowKey={props.rowKey}
        size="middle"
        data-testid={props.testId}
        columns={props.columns}
        dataSource={list.rows}
        loading={list.query.isPending || list.isTurning}
        pagination={false}
        scroll={{ x: props.minWidth }}
        expandable={props.expandable}
        rowClassName={onOpen ? 'clickable-row' : props.rowClassName}
        onRow={onOpen && ((row) => ({ onClick: () => onOpen(row) }))}
        locale={{ emptyText: list.query.isSuccess ? props.empty : ' ' }}
      />
      <CursorPager list={list} total={props.total} />
    </>
  );
}
