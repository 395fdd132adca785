/** The bench's look at a check's memory, built with the tests. */
import '../../bench/children/memory';
