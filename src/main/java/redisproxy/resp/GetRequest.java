package redisproxy.resp;

/** Recognises a well-formed GET without making a string, for the pipelines that are looked up together. */
final class GetRequest {
    private GetRequest() {}

    static boolean matches(Arguments arguments) {
        if (arguments.count() != 2 || arguments.length(0) != 3) {
            return false;
        }
        byte[] array = arguments.array();
        int at = arguments.offset(0);
        return (array[at] | 0x20) == 'g' && (array[at + 1] | 0x20) == 'e' && (array[at + 2] | 0x20) == 't';
    }
}
