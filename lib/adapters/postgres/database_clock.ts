/** What the clock of the database says, in epoch milliseconds. */
export const DATABASE_CLOCK = 'extract(epoch FROM clock_timestamp()) * 1000'
