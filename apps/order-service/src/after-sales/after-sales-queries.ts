import {
  AfterSalesCase,
  type AfterSalesChange,
  type AfterSalesCounts,
  AfterSalesDetail,
  type AfterSalesFilters,
  type AfterSalesKey,
  type AfterSalesLine,
  type AfterSalesStatus,
  type AfterSalesType,
  asSeenBy,
  type Caller,
  canReach,
  INNER_LIST_BYTES,
  type PageWithLacks,
  withinBytes,
} from '#contracts';
import { listQuery, notAvailable, whereOf } from '#lists';
import { type Database, notFound } from '#runtime';
import { CASE_LIST } from './after-sales-filters.js';

interface CaseRow {
  shop_id: string;
  case_number: string;
  order_number: string;
  version: number;
  status: AfterSalesStatus;
  platform_status: string;
  platform_status_group: string | null;
  type: AfterSalesType;
  platform_type: string | null;
  is_open: boolean;
  act_by: Date | null;
  available_operations: string[];
  opened_at: Date;
  platform_updated_at: Date;
  changed_at: Date;
  list_rank: number;
  lines: AfterSalesLine[];
}

const LINES = `SELECT coalesce(json_agg(json_build_object(
    'caseLineId', line.case_line_id, 'status', line.status, 'platformStatus', line.platform_status,
    'type', line.type, 'productId', line.product_id, 'skuId', line.sku_id, 'quantity', line.quantity)
    ORDER BY line.position), '[]') AS lines
  FROM after_sales_lines AS line
  WHERE line.shop_id = item.shop_id AND line.case_number = item.case_number`;

/** Reads after-sales cases; all answers respect what the caller may see. */
export class AfterSalesQueries {
  constructor(private readonly database: Database) {}

  async list(filters: AfterSalesFilters, caller: Caller): Promise<PageWithLacks<AfterSalesCase>> {
    const { where, orderBy, limit, params, page } = listQuery(CASE_LIST, filters, caller);
    const rows = await this.database.query<CaseRow>(
      `SELECT item.*, lines.lines FROM (
         SELECT * FROM after_sales AS item WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
       ) AS item CROSS JOIN LATERAL (${LINES}) AS lines
       ORDER BY ${orderBy}`,
      params,
    );
    return {
      ...page(rows, (row) => asSeenBy(caller, AfterSalesCase, toCase(row))),
      notAvailable: await notAvailable(this.database, 'after_sales', filters, caller),
    };
  }

  /** By status, over all the other filters: what the tabs above the list show. */
  async count(filters: AfterSalesFilters, caller: Caller): Promise<AfterSalesCounts> {
    const { sql, params } = whereOf(CASE_LIST, filters, caller, { without: ['status', 'open'] });
    const rows = await this.database.query<{ status: AfterSalesStatus; isOpen: boolean; count: number }>(
      `SELECT status, is_open AS "isOpen", count(*) AS count FROM after_sales AS item
       WHERE ${sql} GROUP BY status, is_open`,
      params,
    );
    const sum = (counted: typeof rows): number => counted.reduce((total, row) => total + row.count, 0);
    return {
      total: sum(rows),
      open: sum(rows.filter((row) => row.isOpen)),
      byStatus: Object.fromEntries(rows.map((row) => [row.status, row.count])),
      notAvailable: await notAvailable(this.database, 'after_sales', filters, caller),
    };
  }

  async get({ shopId, caseNumber }: AfterSalesKey, caller: Caller): Promise<AfterSalesDetail> {
    const [row] = canReach(caller, shopId)
      ? await this.database.query<CaseRow>(
          `SELECT item.*, lines.lines FROM after_sales AS item CROSS JOIN LATERAL (${LINES}) AS lines
           WHERE item.shop_id = $1 AND item.case_number = $2`,
          [shopId, caseNumber],
        )
      : [];
    if (row === undefined) {
      throw notFound('after_sales.not_found', `There is no after-sales case ${caseNumber} in this shop.`);
    }
    const history = await this.database.query<
      Omit<AfterSalesChange, 'at' | 'platformUpdatedAt'> & { at: Date; platformUpdatedAt: Date }
    >(
      `SELECT version, at, source, platform_updated_at AS "platformUpdatedAt", status,
         previous_status AS "previousStatus"
       FROM after_sales_history WHERE shop_id = $1 AND case_number = $2
       ORDER BY version DESC LIMIT 100`,
      [shopId, caseNumber],
    );
    return asSeenBy(caller, AfterSalesDetail, {
      ...toCase(row),
      history: history.map((change) => ({
        ...change,
        at: change.at.toISOString(),
        platformUpdatedAt: change.platformUpdatedAt.toISOString(),
      })),
    });
  }

  /** Cases of one order, newest first, for the order's own detail: as many as fit into it. */
  async ofOrder(shopId: string, orderNumber: string): Promise<AfterSalesCase[]> {
    const rows = await this.database.query<CaseRow>(
      `SELECT item.*, lines.lines FROM after_sales AS item CROSS JOIN LATERAL (${LINES}) AS lines
       WHERE item.shop_id = $1 AND item.order_number = $2
       ORDER BY item.opened_at DESC, item.case_number DESC LIMIT 50`,
      [shopId, orderNumber],
    );
    return withinBytes(rows.map(toCase), INNER_LIST_BYTES);
  }
}

function toCase(row: CaseRow): AfterSalesCase {
  return {
    shopId: row.shop_id,
    caseNumber: row.case_number,
    orderNumber: row.order_number,
    status: row.status,
    platformStatus: row.platform_status,
    platformStatusGroup: row.platform_status_group,
    type: row.type,
    platformType: row.platform_type,
    isOpen: row.is_open,
    actBy: row.act_by?.toISOString() ?? null,
    availableOperations: row.available_operations,
    openedAt: row.opened_at.toISOString(),
    platformUpdatedAt: row.platform_updated_at.toISOString(),
    version: row.version,
    changedAt: row.changed_at.toISOString(),
    lines: row.lines,
  };
}
