/**
 * Who may do what: users with their passwords, and the rules about commands and keys that Redis knows as access control lists
 * (redis.io, "ACL"). Decides, and knows no protocol. Depends on the JDK alone.
 */
@NullMarked
package redisproxy.auth;

import org.jspecify.annotations.NullMarked;
