/** Checks whether what clients have recorded of a real run could have happened one command after the other. */
package redisproxy.history;
