/** ELK's own worker, as an entry that the bundler can find. */
import "elkjs/lib/elk-worker.min.js";
