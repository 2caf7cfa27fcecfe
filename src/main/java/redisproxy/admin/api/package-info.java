/** The JSON API of the admin port: one snapshot of all figures, a stream of them, the entry of one key, and changes. */
@NullMarked
package redisproxy.admin.api;

import org.jspecify.annotations.NullMarked;
