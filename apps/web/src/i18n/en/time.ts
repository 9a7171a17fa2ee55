/** The clock of all pages; its rule stands in the README. */
export const time = {
  yours: 'your time: {{time}}',
  left: '{{time}} left',
  overdue: '{{time}} overdue',
  rule: 'Times are in the zone of the shop, which stands beside them; what belongs to no shop is in yours ({{zone}}). Hover over a time for yours. Days in filters are each shop’s own.',
  daysOfEachShop: 'Days of each shop, in its own zone',
} as const;
