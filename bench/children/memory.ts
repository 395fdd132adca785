/** A check that measures its own memory, built with the bench. */
import '../../tools/measure/memory';
