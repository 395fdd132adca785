/** A check that measures its own memory, built with the tests. */
import '../../tools/measure/memory';
