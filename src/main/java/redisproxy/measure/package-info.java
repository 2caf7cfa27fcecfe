/** Figures and events that several packages record, such as how long something takes, in bounded memory. */
@NullMarked
package redisproxy.measure;

import org.jspecify.annotations.NullMarked;
