import type { OrderLine, ParentOrder, ParentStatus } from './types.js';

/** A parent's status follows from its lines; cancelled lines do not count unless all are. */
export function parentStatusOf(lines: readonly OrderLine[]): ParentStatus {
  const alive = lines.filter((line) => line.status !== 3);
  if (alive.length === 0) return 3;
  const delivered = alive.filter((line) => line.status === 5).length;
  if (delivered === alive.length) return 5;
  if (delivered > 0) return 51;
  const shipped = alive.filter((line) => line.status === 4).length;
  if (shipped === alive.length) return 4;
  if (shipped > 0) return 41;
  return alive.every((line) => line.status === 1) ? 1 : 2;
}

export function shipLine(line: OrderLine, atSeconds: number): void {
  line.status = 4;
  line.shippedAt = atSeconds;
  line.packageSn ??= `PK-${line.orderSn.slice(-15)}`;
}

export function deliverLine(line: OrderLine, atSeconds: number): void {
  if (line.shippedAt === null) shipLine(line, atSeconds);
  line.status = 5;
  line.deliveredAt = atSeconds;
}

export function cancelLine(line: OrderLine): void {
  line.canceledDuringPending = line.status === 1;
  line.status = 3;
  line.canceledQuantityBeforeShipment = line.quantity;
}

/** Brings lines and parent to a status at a moment. A part status needs two lines that are not cancelled. */
export function applyStatus(order: ParentOrder, status: ParentStatus, atSeconds: number): void {
  const lines = status === 3 ? order.lines : order.lines.filter((line) => line.status !== 3);
  if (lines.length === 0) throw new RangeError(`order ${order.parentOrderSn} is cancelled and stays so`);
  if ((status === 41 || status === 51) && lines.length < 2) {
    throw new RangeError(`status ${status} needs an order with at least two lines that are not cancelled`);
  }
  lines.forEach((line, index) => {
    const first = index === 0;
    switch (status) {
      case 1:
      case 2:
        line.status = status;
        line.shippedAt = null;
        line.deliveredAt = null;
        line.packageSn = null;
        break;
      case 3:
        cancelLine(line);
        break;
      case 4:
        if (line.status !== 4) shipLine(line, atSeconds);
        break;
      case 41:
        if (first) shipLine(line, atSeconds);
        else line.status = 2;
        break;
      case 5:
        if (line.status !== 5) deliverLine(line, atSeconds);
        break;
      case 51:
        if (first) deliverLine(line, atSeconds);
        else if (line.status !== 4) shipLine(line, atSeconds);
        break;
    }
  });
  order.confirmTime = status === 1 ? null : (order.confirmTime ?? atSeconds);
  order.status = parentStatusOf(order.lines);
}
