/** A row of a marketplace's list. Times in seconds since 1970. */
export interface MovingRow {
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Rises with every change. */
  revision: number;
}

export interface MovingListOptions {
  readonly random: () => number;
  /** Changes between two calls, at most. */
  readonly changesACall?: number;
  /** Seconds that a change may take until the list shows it. */
  readonly lagSeconds?: number;
  readonly startsAt?: number;
  readonly idOf?: (serial: number) => string;
}

/** A marketplace's rows, which change between any two calls: the world in which readers of lists are tried. */
export class MovingList {
  /** What is true, and what the list shows of it. */
  readonly rows = new Map<string, MovingRow>();
  private readonly shown = new Map<string, MovingRow>();
  private readonly delayed: { at: number; row: MovingRow }[] = [];
  /** Ids of the shown rows, newest first; undefined when a new one has come. */
  private listed: string[] | undefined;
  private serial = 0;
  private isMoving = false;
  now: number;

  constructor(protected readonly options: MovingListOptions) {
    this.now = options.startsAt ?? 1_780_000_000;
  }

  /** Rows of the last `days` days, all long settled. */
  fill(count: number, days = 30): void {
    for (let n = 0; n < count; n += 1) {
      const createdAt = this.now - 600 - Math.floor(this.options.random() * (days * 86_400 - 600));
      const row = this.create(createdAt);
      row.updatedAt = Math.min(this.now - 300, createdAt + Math.floor(this.options.random() * 86_400));
      this.show({ ...row });
    }
  }

  private show(row: MovingRow): void {
    if (!this.shown.has(row.id)) this.listed = undefined;
    this.shown.set(row.id, row);
  }

  start(): void {
    this.isMoving = true;
  }

  stop(): void {
    this.isMoving = false;
  }

  pass(seconds: number): void {
    this.now += seconds;
    for (const { at, row } of this.delayed) {
      const known = this.shown.get(row.id);
      if (at <= this.now && (known === undefined || known.revision < row.revision)) this.show(row);
    }
    this.delayed.splice(0, this.delayed.length, ...this.delayed.filter(({ at }) => at > this.now));
  }

  /** So many rows change, each in a moment of its own. */
  change(count: number): void {
    const all = [...this.rows.values()];
    for (let n = 0; n < count; n += 1) {
      const row = all[Math.floor(this.options.random() * all.length)];
      if (row !== undefined) this.touch(row);
    }
  }

  /** Every row changes once, spread over so many moments of ten seconds. */
  changeAll(moments = 1): void {
    const all = [...this.rows.values()];
    for (let moment = 0; moment < moments; moment += 1) {
      for (const [each, row] of all.entries()) if (each % moments === moment) this.touch(row);
      if (moment < moments - 1) this.pass(10);
    }
  }

  add(count: number): void {
    for (let n = 0; n < count; n += 1) this.touch(this.create(this.now));
  }

  private create(createdAt: number): MovingRow {
    this.serial += 1;
    const id = this.options.idOf?.(this.serial) ?? `row ${this.serial}`;
    const row: MovingRow = { id, createdAt, updatedAt: createdAt, revision: 1 };
    this.rows.set(id, row);
    return row;
  }

  private touch(row: MovingRow): void {
    row.updatedAt = this.now;
    row.revision += 1;
    const delay = Math.floor(this.options.random() * (this.options.lagSeconds ?? 0));
    if (delay === 0) this.show({ ...row });
    else this.delayed.push({ at: this.now + delay, row: { ...row } });
  }

  /** What happens between two calls, once it is started. */
  move(): void {
    if (!this.isMoving) return;
    const { random, changesACall = 6 } = this.options;
    this.pass(Math.floor(random() * 3));
    this.change(Math.floor(random() * (changesACall + 1)));
    if (random() < 0.3) this.add(1);
  }

  /** What the list shows, newest first by creation. A row that changes leaves the window of its former update time. */
  within(by: 'created' | 'updated', from: number, to: number): MovingRow[] {
    this.listed ??= [...this.shown.values()]
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .map(({ id }) => id);
    return this.listed.flatMap((id) => {
      const row = this.shown.get(id);
      const time = by === 'created' ? row?.createdAt : row?.updatedAt;
      return row !== undefined && time !== undefined && from <= time && time <= to ? [row] : [];
    });
  }

  shownOf(id: string): MovingRow | undefined {
    return this.shown.get(id);
  }

  /** Law 1: those whose last change lies within what was read and that are not held as they are. */
  missedIn(held: ReadonlyMap<string, number>, through: number): string[] {
    return [...this.rows.values()]
      .filter(({ id, updatedAt, revision }) => updatedAt <= through && held.get(id) !== revision)
      .map(({ id }) => id);
  }
}
