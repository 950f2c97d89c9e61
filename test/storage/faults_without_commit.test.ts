import { legacyAdapter } from '../support/legacy_adapter.ts'
import { listingAdapter } from '../support/listing_adapter.ts'
import { describeFaults } from './fault_suite.ts'

describeFaults({
  title: 'an adapter without commit()',
  make: (entries) => listingAdapter(legacyAdapter(entries), entries),
})
