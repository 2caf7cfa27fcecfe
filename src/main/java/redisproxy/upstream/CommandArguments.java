package redisproxy.upstream;

/** The arguments of one request, its name included, which is at index 0. Valid only during the call that they are given to. */
public interface CommandArguments {
    /** Returns how many there are. */
    int count();

    /** Returns a copy of one of them. */
    byte[] bytes(int index);
}
