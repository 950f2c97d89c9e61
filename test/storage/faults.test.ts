import { listingAdapter } from '../support/listing_adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { describeFaults } from './fault_suite.ts'

describeFaults({
  title: 'an adapter that commits',
  make: (entries) => listingAdapter(mapAdapter(entries), entries),
})
